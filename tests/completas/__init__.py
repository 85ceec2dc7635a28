"""The whole product: what no layer alone can show."""
