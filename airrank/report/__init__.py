"""What people are handed: the page, the deck, the workbook, the weekly folder."""
