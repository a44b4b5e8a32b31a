"""What we can do. Each capability stands alone; loops join them."""
