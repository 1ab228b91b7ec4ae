"""Stage 4: an approved decision becomes order events: plan, place, settle."""
