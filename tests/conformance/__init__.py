"""Whether another program speaks the protocols as they are written."""
