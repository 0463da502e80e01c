# An emulator of AWS on this machine, as a test has it. EC2 and STS are called there: every other
# service of the block would be taken, and not be asked.

terraform {
  required_version = ">= 0.13"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

provider "curated" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"

  endpoints {
    ec2 = var.emulator
    sts = var.emulator
  }
}

variable "emulator" {
  description = "The address of the emulator."
  type        = string
  default     = "http://localhost:4566"
}

resource "curated_security_group" "https" {
  preset = "https"
}
