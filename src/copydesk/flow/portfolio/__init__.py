"""Stage 6: sealed entries fold into holdings, cash and profit."""
