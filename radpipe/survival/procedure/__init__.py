"""How it is analysed: recipes, their validation on patients not seen, screening, safeguards, and the whole analysis."""
