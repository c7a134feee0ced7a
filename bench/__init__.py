"""The benchmarks: each module measures one thing and has a ``main`` that prints its figures."""
