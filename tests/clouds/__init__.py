"""What reaches Amazon Web Services, tested on moto."""
