"""How is a model made and measured? Past sessions in, a model folder with its card out."""
