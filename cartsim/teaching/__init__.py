"""Teaching: sliders in the notebook, exercises that check an answer, and the glossary."""
