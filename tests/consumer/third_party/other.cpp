int other_answer() { return 42; }
