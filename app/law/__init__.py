"""What may a price mean in law? Dated rule packs, price-cost tests, defences, exemption, severity. Pure."""
