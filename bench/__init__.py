"""The benchmarks: a module with a ``main`` measures one thing and prints its figures; others help them."""
