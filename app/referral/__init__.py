"""From an approved case to a delivered, signed message: report, signature, target guard, schedule, delivery."""
