"""Those who sign in: what they may do and for whom, their sessions, and the trail of what they did."""
