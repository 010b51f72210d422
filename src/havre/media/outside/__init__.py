"""One page of the outside, asked for by a process that holds nothing, over one connection to the egress proxy.

Off unless an operator names a proxy. No name is resolved here, nothing is followed, and nothing but the proxy is ever
connected to.
"""
