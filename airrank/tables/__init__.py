"""Tables that people make: opened in any format, their headings, days and numbers understood."""
