# An archive, a function app, and a consumer group of its own; docs/deploy-azure.md says why each is as it is.
terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.21"
    }
  }
}

provider "azurerm" {
  subscription_id = var.subscription_id
  features {}
}

data "azurerm_resource_group" "this" {
  name = var.resource_group
}

# The archive: nobody replaces or deletes what is in it before the retention is over.
resource "azurerm_storage_account" "archive" {
  name                            = var.archive_account
  resource_group_name             = data.azurerm_resource_group.this.name
  location                        = data.azurerm_resource_group.this.location
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false
}

resource "azurerm_storage_container" "archive" {
  name               = "archive"
  storage_account_id = azurerm_storage_account.archive.id
}

resource "azurerm_storage_container_immutability_policy" "archive" {
  storage_container_resource_manager_id = azurerm_storage_container.archive.resource_manager_id
  immutability_period_in_days           = var.retention_days
  locked                                = var.retention_locked
}

# The host's own account, with the checkpoints of Event Hubs: nothing but Persistor has a right to the archive.
resource "azurerm_storage_account" "host" {
  name                            = "${var.archive_account}host"
  resource_group_name             = data.azurerm_resource_group.this.name
  location                        = data.azurerm_resource_group.this.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
}

resource "azurerm_storage_container" "deployment" {
  name               = "deployment"
  storage_account_id = azurerm_storage_account.host.id
}

resource "azurerm_service_plan" "persistor" {
  name                = var.app
  resource_group_name = data.azurerm_resource_group.this.name
  location            = data.azurerm_resource_group.this.location
  os_type             = "Linux"
  sku_name            = "FC1"
}

# Flex Consumption, because a function must be allowed to go on trying. Its code is deployed as docs/deploy-azure.md says.
resource "azurerm_function_app_flex_consumption" "persistor" {
  name                        = var.app
  resource_group_name         = data.azurerm_resource_group.this.name
  location                    = data.azurerm_resource_group.this.location
  service_plan_id             = azurerm_service_plan.persistor.id
  storage_container_type      = "blobContainer"
  storage_container_endpoint  = "${azurerm_storage_account.host.primary_blob_endpoint}${azurerm_storage_container.deployment.name}"
  storage_authentication_type = "StorageAccountConnectionString"
  storage_access_key          = azurerm_storage_account.host.primary_access_key
  runtime_name                = "java"
  runtime_version             = "17"
  https_only                  = true

  identity {
    type = "SystemAssigned"
  }

  site_config {}

  app_settings = merge(
    {
      PERSISTOR_STORE                               = "${azurerm_storage_account.archive.primary_blob_endpoint}${azurerm_storage_container.archive.name}"
      PERSISTOR_QUARANTINE                          = "true"
      EVENT_HUB_NAME                                = var.event_hub
      EVENT_HUB_CONSUMER_GROUP                      = azurerm_eventhub_consumer_group.persistor.name
      EVENT_HUB_CONNECTION__fullyQualifiedNamespace = "${var.event_hub_namespace}.servicebus.windows.net"
      "AzureWebJobs.ServiceBusQueue.Disabled"       = "true"
      "AzureWebJobs.ServiceBusTopic.Disabled"       = "true"
      "AzureWebJobs.EventGrid.Disabled"             = "true"
      "AzureWebJobs.EventGridWebhook.Disabled"      = "true"
      "AzureWebJobs.Invoker.Disabled"               = "true"
    },
    var.settings,
  )
}

# An identity with the least that suffices: it creates and reads, and neither replaces nor deletes.
resource "azurerm_role_definition" "writer" {
  name        = "Persistor archive writer of ${var.app}"
  scope       = data.azurerm_resource_group.this.id
  description = "Creates blobs and reads them; replaces and deletes none."
  permissions {
    data_actions = [
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action",
    ]
  }
}

resource "azurerm_role_assignment" "writes" {
  scope              = azurerm_storage_container.archive.resource_manager_id
  role_definition_id = azurerm_role_definition.writer.role_definition_resource_id
  principal_id       = azurerm_function_app_flex_consumption.persistor.identity[0].principal_id
}

# A consumer group of Persistor's own.
data "azurerm_eventhub" "source" {
  name                = var.event_hub
  namespace_name      = var.event_hub_namespace
  resource_group_name = data.azurerm_resource_group.this.name
}

resource "azurerm_eventhub_consumer_group" "persistor" {
  name                = "persistor"
  namespace_name      = var.event_hub_namespace
  eventhub_name       = var.event_hub
  resource_group_name = data.azurerm_resource_group.this.name
}

resource "azurerm_role_assignment" "receives" {
  scope                = data.azurerm_eventhub.source.id
  role_definition_name = "Azure Event Hubs Data Receiver"
  principal_id         = azurerm_function_app_flex_consumption.persistor.identity[0].principal_id
}
