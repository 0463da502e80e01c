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
  description = "The addresses of those who look after the server, by name."
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
  description = "What the VPN's clients may use: services of the catalog, by name."
  type        = set(string)
  default     = ["https", "ssh", "shiny"]
}
