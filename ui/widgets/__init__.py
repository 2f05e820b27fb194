"""The parts that windows are put together from; none of them knows a session."""
