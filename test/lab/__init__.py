"""Pods on one machine, for tests, the bench and the demo.

A `World` is one node with a DNS server; each `Pod` in it has its own network, hostname, /etc/hosts, /etc/resolv.conf
and /data, as a pod of a StatefulSet has. Linux namespaces only: no container engine, no image, and no root where the
kernel lets ordinary users make namespaces.

    with World(pods=3) as world:
        world.publish(*world.pods)
        server = world.pods[0].start("redis-server", "--port", "6379")
        await_until("redis answers", lambda: world.pods[0].redis("PING"))

pods.py        World and Pod                      process.py     a program started in a pod
dns.py         the DNS server of a world          dns_script.py  a DNS server that fails as told
await_.py      wait for a condition               talk.py        Redis and HTTP from inside a pod
namespaces.py  enters and ends the namespaces     inside.py      makes them (runs inside)
dns_wire.py    DNS messages as bytes              demo*.py       what `./dev demo` runs
"""
