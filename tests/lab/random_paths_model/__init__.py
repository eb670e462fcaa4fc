"""Paths drawn from a seed, and a model of what is true of them.

drawing   what is drawn: a network, behaviours of about 60 ports, a server mode and client options
lowering  a drawing as a scenario of the lab: nftables rules, peers, command lines
model     the true answers for each port; written from nftables, TCP/IP and the definitions of the verdicts
claims    which statements in notes are true of a drawing
check     a report compared with both
reduction the fewest ports and parts that still give a false claim
observation  the model compared with the kernel, by plain sockets and without pt
sockets   those sockets
coverage  what appeared, and how often the weaker answer was given
"""
