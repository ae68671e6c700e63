terraform {
  required_version = ">= 1.5, < 2.0"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.30, < 5.0"
    }
    azapi = {
      source  = "azure/azapi"
      version = ">= 2.3, < 3.0"
    }
  }
}

# The storage accounts allow no keys, and may be private: the provider uses Microsoft Entra ID, and manages them by Azure's own API alone.
provider "azurerm" {
  subscription_id     = var.subscription_id
  storage_use_azuread = true
  features {
    storage {
      data_plane_available = false
    }
  }
}

provider "azapi" {
  subscription_id = var.subscription_id
}
