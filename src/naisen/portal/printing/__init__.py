"""PDF files by typst: the fonts, one document, and big ones in processes of their own."""
