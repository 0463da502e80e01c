variable "regions" {
  description = "The regions that get the collection."
  type        = list(string)
  default     = ["eu-west-1", "us-east-1"]
}

variable "vpc_ids" {
  description = "The VPC of each region. A region that isn't named uses its default VPC."
  type        = map(string)
  default     = {}
}

variable "endpoint" {
  description = "The address of another EC2 than AWS's own, such as http://127.0.0.1:5000."
  type        = string
  default     = null
}
