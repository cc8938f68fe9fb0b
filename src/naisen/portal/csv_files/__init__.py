"""CSV and Excel files: bytes → rows → errors → preview → one atomic change → history → take-back."""
