variable "regions" {
  description = "The regions that get the collection."
  type        = list(string)
  default     = ["eu-west-1", "us-east-1"]

  validation {
    condition     = length(var.regions) > 0
    error_message = "Name at least one region."
  }
}

variable "vpc_ids" {
  description = "The VPC of each region. A region without an entry uses its default VPC."
  type        = map(string)
  default     = {}
}
