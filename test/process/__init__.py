"""The whole binary against the world: real agents, real redis-servers and a real DNS server, each in a pod of its own.

The README beside this file says which file proves what. Needs Debian's pytest, redis-server, dnsmasq-base, iproute2,
strace and prometheus (for promtool); the agent is $REDIS_AGENT, or build/debug/redis-agent.
"""
