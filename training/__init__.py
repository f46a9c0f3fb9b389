"""Scripts behind the fitted numbers and weights of Dateline."""
