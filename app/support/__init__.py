"""Whether a source carries a claim: words, figures, dates, names, negation, and meaning where an encoder is there."""
