//! Every fixed sentence on paper, in both languages, in one place.
