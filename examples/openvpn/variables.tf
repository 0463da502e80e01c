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

variable "administrators" {
  description = "The addresses of the server's administrators, by name."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for block in values(var.administrators) : can(cidrhost(block, 0)) && !endswith(block, "/0")
    ])
    error_message = "Give IPv4 blocks such as 203.0.113.7/32, and not the whole world."
  }
}

variable "services" {
  description = "Services of the catalog that the VPN's clients can use."
  type        = set(string)
  default     = ["https", "ssh", "shiny"]
}
