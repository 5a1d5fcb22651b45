### Man pages, completions, examples
