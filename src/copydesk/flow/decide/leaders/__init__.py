"""What leaders' own trades came to: folded trade by trade, without looking ahead."""
