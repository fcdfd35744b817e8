"""What real releases say of their operations; the converter's table is made of it."""
