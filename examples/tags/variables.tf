variable "region" {
  description = "The region. Default: the one that the AWS CLI would use."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC. Default: the region's default VPC."
  type        = string
  default     = null
}

variable "environment" {
  description = "The environment that the groups belong to."
  type        = string
  default     = "test"

  validation {
    condition     = contains(["test", "staging", "production"], var.environment)
    error_message = "Set \"test\", \"staging\" or \"production\"."
  }
}
