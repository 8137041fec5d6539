"""Real faults on a real set, with writers on every node, and a checker that counts what was lost.

Each row is one fault. It is done twice: to a set with `--boot guarded`, and to one made the plain shell way (`slaveof
<name>` in the conf, no agent), so that the table shows what the agent is for. The rows run side by side, each in a
world of its own; ../test_faults.py looks at each, and writes the table in ../README.md.

    rows_restart.py   rows_reseed.py   rows_data.py   rows_dns.py   rows_machine.py   the faults
    rig.py     one set under one fault: what rows are written with, and what they measure
    set.py     the pods' containers, guarded or plain, started again as under a kubelet
    clients.py writers and what they know to be acknowledged
    table.py   runs the rows and makes the table
"""
