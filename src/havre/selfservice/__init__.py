"""What people ask us to look for without showing it: hashes that their own browser made, and what came of them."""
