"""Sentences in their place become themes and stances: lexicon, features, model, its folder, coded reviews."""
