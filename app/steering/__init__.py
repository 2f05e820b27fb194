"""What a person tells the commentator: how to speak, about whom, how much, and which words not.

Instruction and facts go into the model's context, where they are never evicted; words are replaced
behind the model, in what it says.
"""
