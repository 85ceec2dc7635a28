"""Files and services outside: workbooks and CSV."""
