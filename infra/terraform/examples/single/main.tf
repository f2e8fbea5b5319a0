# One account, judged from within: a sweep every 15 minutes and the API, both on Lambda.

provider "aws" {
  region = var.region
}

module "ccm" {
  source = "../.."

  name    = var.name
  runtime = "lambda"
  image   = var.image
  emails  = var.emails
  protect = var.protect

  secrets     = var.secrets
  secret_keys = var.secret_keys
}
