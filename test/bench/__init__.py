"""What redis-agent costs and how fast it is, beside what people use today, in one run on one machine: `./dev bench`.

Not a pass-or-fail test of the product: each row says its reach, and whether it was met here, with this load.

__main__.py  the rows, their order, how much of each    table.py    numbers into words, words into a table
waiting.py   the record appears, the conf is complete   cost.py     CPU and memory of a process, out of /proc
starting.py  `init` when the record is there            machine.py  what it ran on, and who else was busy
serving.py   memory under load, answers per second      sets.py     Redis and agents in the pods of a world
probing.py   probes: half-sent neighbours, CPU of one   load.py     wrk, in a pod
resting.py   CPU when nothing happens                   image.py    bytes to ship
ticking.py   memory over many ticks (with ticks.cc)

spawn.py and gets.py run inside a pod, alone: one starts a program many times, the other asks over raw sockets.
"""
