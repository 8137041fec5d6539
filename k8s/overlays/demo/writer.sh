# Writes five times a second through the Service of writers, over a new connection each time, and says what it sees.
# redis-cli ends with 0 whatever Redis answered: only the answer itself proves a write.
now() { date +%s%3N; }
last=$(now)
number=0
down=
while :; do
  answer=$(timeout 1 redis-cli -h redis-master incr demo 2>&1)
  answer=${answer:-no answer within a second}
  case $answer in
  *[!0-9]*)
    [ "$down" = "$answer" ] || echo "$(date +%T) no write is taken: $answer"
    down=$answer
    ;;
  *)
    [ "$answer" -gt "$number" ] || echo "$(date +%T) LOST: the counter went back from $number to $answer"
    [ -z "$down" ] || echo "$(date +%T) writes are taken again, after $(($(now) - last)) ms; the counter is at $answer"
    [ $((answer % 50)) != 0 ] || echo "$(date +%T) all is well, the counter is at $answer"
    number=$answer down='' last=$(now)
    ;;
  esac
  sleep 0.2
done
