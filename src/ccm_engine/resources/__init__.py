"""What there is: typed readings of cloud resources and the predicates on them."""
