"""The test bench: an EC2 on loopback that is as strict as EC2, and fails on demand.

It is moto with EC2's laws for security groups put in (`laws`), behind a gate that keeps a log of
every call, throttles as EC2 does, and loses, refuses or holds calls as a test asks for.

    python -m ec2 [--port N]                          from tests/, in the environment of make
    python -m ec2.probe --endpoint URL                does it answer as EC2 does?

    server     the sockets            gate      one call, from its arrival to its reply
    ledger     log and counts         throttle  EC2's token buckets
    faults     what is to go wrong    control   /bench/…: what a test asks of the emulator
    snapshot   groups as plain data   laws      moto made strict      probe  the proof of it
    quick      moto made quick
"""
