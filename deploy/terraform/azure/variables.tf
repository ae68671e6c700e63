variable "subscription_id" {
  description = "The subscription of the resource group."
  type        = string
}

variable "resource_group" {
  description = "The resource group of all resources. It must exist."
  type        = string
}

variable "archive_account" {
  description = "The name of the storage account for the archive. Terraform creates it."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9]{3,20}$", var.archive_account))
    error_message = "The name must have 3 to 20 lower-case letters and digits; the host's account adds 4."
  }
}

variable "app" {
  description = "The name of the function app. Terraform creates it."
  type        = string
  validation {
    condition     = can(regex("^[a-zA-Z0-9-]{2,32}$", var.app))
    error_message = "The name must have 2 to 32 letters, digits and dashes."
  }
}

variable "event_hub_namespace" {
  description = "The namespace of the hub to archive. It must exist in the resource group."
  type        = string
}

variable "event_hub" {
  description = "The hub to archive. It must exist."
  type        = string
}

variable "service_bus" {
  description = "A topic of Service Bus to archive too, in the resource group, and the backlog that raises an alert. Null: none."
  type = object({
    namespace = string
    topic     = string
    backlog   = optional(number, 10000)
  })
  default = null
}

variable "java_version" {
  description = "The Java version of the function app."
  type        = string
  default     = "21"
  validation {
    condition     = contains(["17", "21"], var.java_version)
    error_message = "The Java version must be 17 or 21."
  }
}

variable "retention_days" {
  description = "For how many days archived blobs cannot be replaced or deleted."
  type        = number
  default     = 90
  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 146000
    error_message = "The retention must be 1 to 146000 days."
  }
}

variable "retention_locked" {
  description = "Whether the immutability policy is locked. A locked policy can never be shortened or removed, and the account cannot be deleted while it has blobs."
  type        = bool
  default     = false
}

variable "customer_key" {
  description = "A key of Key Vault that encrypts the archive, and the user-assigned identity that may use it. Null: Microsoft's keys."
  type = object({
    key_vault_key_id = string
    identity_id      = string
  })
  default = null
}

variable "private_network" {
  description = "A subnet for private endpoints, one that is delegated to Microsoft.App/environments for the app, and the private DNS zone privatelink.blob.core.windows.net. Null: the accounts have public addresses."
  type = object({
    endpoint_subnet_id = string
    app_subnet_id      = string
    blob_dns_zone_id   = string
  })
  default = null
}

variable "settings" {
  description = "Further settings of docs/configuration.md, and AzureWebJobs.NAME.Disabled of functions."
  type        = map(string)
  default     = {}
}

variable "silent_window" {
  description = "After how long without a new blob an alert fires, as a duration such as PT30M or PT2H. Null: never, for hubs that may be quiet."
  type        = string
  default     = "PT30M"
  validation {
    condition     = var.silent_window == null ? true : contains(["PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H"], var.silent_window)
    error_message = "The window must be PT5M, PT10M, PT15M, PT30M, PT45M, or PT1H to PT6H."
  }
}

variable "action_group_ids" {
  description = "The action groups that alerts notify."
  type        = list(string)
  default     = []
}
