# An archive, a function app for Event Hubs, and a consumer group of its own. docs/deploy-azure.md explains each part.

data "azurerm_resource_group" "this" {
  name = var.resource_group
}

# The archive. The immutability policy keeps everyone from replacing or deleting blobs.
resource "azurerm_storage_account" "archive" {
  name                             = var.archive_account
  resource_group_name              = data.azurerm_resource_group.this.name
  location                         = data.azurerm_resource_group.this.location
  account_tier                     = "Standard"
  account_replication_type         = "ZRS"
  min_tls_version                  = "TLS1_2"
  allow_nested_items_to_be_public  = false
  cross_tenant_replication_enabled = false
  default_to_oauth_authentication  = true
  shared_access_key_enabled        = false
  public_network_access_enabled    = var.private_network == null

  dynamic "identity" {
    for_each = var.customer_key == null ? [] : [var.customer_key]
    content {
      type         = "UserAssigned"
      identity_ids = [identity.value.identity_id]
    }
  }

  dynamic "customer_managed_key" {
    for_each = var.customer_key == null ? [] : [var.customer_key]
    content {
      key_vault_key_id          = customer_managed_key.value.key_vault_key_id
      user_assigned_identity_id = customer_managed_key.value.identity_id
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_storage_container" "archive" {
  name               = "archive"
  storage_account_id = azurerm_storage_account.archive.id

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_storage_container_immutability_policy" "archive" {
  storage_container_resource_manager_id = azurerm_storage_container.archive.id
  immutability_period_in_days           = var.retention_days
  locked                                = var.retention_locked
}

# The policy protects blobs. The lock protects the account, which an owner could otherwise delete while the container is empty.
resource "azurerm_management_lock" "archive" {
  name       = "persistor-archive"
  scope      = azurerm_storage_account.archive.id
  lock_level = "CanNotDelete"
  notes      = "The archive of Persistor. Remove this lock only to give the archive up."
  depends_on = [azurerm_storage_container_immutability_policy.archive, azurerm_role_assignment.writes]
}

# The host's own account: its deployment, its keys, and the checkpoints of Event Hubs.
resource "azurerm_storage_account" "host" {
  name                            = "${var.archive_account}host"
  resource_group_name             = data.azurerm_resource_group.this.name
  location                        = data.azurerm_resource_group.this.location
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  default_to_oauth_authentication = true
  shared_access_key_enabled       = false
  public_network_access_enabled   = var.private_network == null
}

resource "azurerm_storage_container" "deployment" {
  name               = "deployment"
  storage_account_id = azurerm_storage_account.host.id
}

# Two identities: one writes to the archive, the other receives events and is the host's. Neither can do the work of the other.
resource "azurerm_user_assigned_identity" "writer" {
  name                = "${var.app}-writer"
  resource_group_name = data.azurerm_resource_group.this.name
  location            = data.azurerm_resource_group.this.location
}

resource "azurerm_user_assigned_identity" "host" {
  name                = "${var.app}-host"
  resource_group_name = data.azurerm_resource_group.this.name
  location            = data.azurerm_resource_group.this.location
}

resource "azurerm_role_definition" "writer" {
  name        = "Persistor archive writer of ${var.app}"
  scope       = data.azurerm_resource_group.this.id
  description = "Creates blobs and reads them. Cannot replace or delete them."
  permissions {
    data_actions = [
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action",
    ]
  }
}

resource "azurerm_role_assignment" "writes" {
  scope              = azurerm_storage_container.archive.id
  role_definition_id = azurerm_role_definition.writer.role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.writer.principal_id
  principal_type     = "ServicePrincipal"
}

resource "azurerm_role_assignment" "host_stores" {
  scope                = azurerm_storage_account.host.id
  role_definition_name = "Storage Blob Data Owner"
  principal_id         = azurerm_user_assigned_identity.host.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "host_reports" {
  scope                = azurerm_application_insights.persistor.id
  role_definition_name = "Monitoring Metrics Publisher"
  principal_id         = azurerm_user_assigned_identity.host.principal_id
  principal_type       = "ServicePrincipal"
}

# A consumer group of its own.
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
  principal_id         = azurerm_user_assigned_identity.host.principal_id
  principal_type       = "ServicePrincipal"
}

# Where the host logs. Application Insights takes nothing without a token of Microsoft Entra ID.
resource "azurerm_log_analytics_workspace" "persistor" {
  name                = var.app
  resource_group_name = data.azurerm_resource_group.this.name
  location            = data.azurerm_resource_group.this.location
  sku                 = "PerGB2018"
  retention_in_days   = 30
}

resource "azurerm_application_insights" "persistor" {
  name                          = var.app
  resource_group_name           = data.azurerm_resource_group.this.name
  location                      = data.azurerm_resource_group.this.location
  workspace_id                  = azurerm_log_analytics_workspace.persistor.id
  application_type              = "java"
  local_authentication_disabled = true
}

resource "azurerm_service_plan" "persistor" {
  name                = var.app
  resource_group_name = data.azurerm_resource_group.this.name
  location            = data.azurerm_resource_group.this.location
  os_type             = "Linux"
  sku_name            = "FC1"
}

locals {
  settings = merge(
    {
      PERSISTOR_STORE      = "${azurerm_storage_account.archive.primary_blob_endpoint}${azurerm_storage_container.archive.name}"
      PERSISTOR_QUARANTINE = "true"
      # Persistor's own identity. The host's connections name theirs.
      AZURE_CLIENT_ID                               = azurerm_user_assigned_identity.writer.client_id
      EVENT_HUB_NAME                                = var.event_hub
      EVENT_HUB_CONSUMER_GROUP                      = azurerm_eventhub_consumer_group.persistor.name
      EVENT_HUB_CONNECTION__fullyQualifiedNamespace = "${var.event_hub_namespace}.servicebus.windows.net"
      EVENT_HUB_CONNECTION__credential              = "managedidentity"
      EVENT_HUB_CONNECTION__clientId                = azurerm_user_assigned_identity.host.client_id
      AzureWebJobsStorage__accountName              = azurerm_storage_account.host.name
      AzureWebJobsStorage__credential               = "managedidentity"
      AzureWebJobsStorage__clientId                 = azurerm_user_assigned_identity.host.client_id
      APPLICATIONINSIGHTS_CONNECTION_STRING         = azurerm_application_insights.persistor.connection_string
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING     = "ClientId=${azurerm_user_assigned_identity.host.client_id};Authorization=AAD"
      "AzureWebJobs.ServiceBusQueue.Disabled"       = "true"
      "AzureWebJobs.ServiceBusTopic.Disabled"       = "true"
      "AzureWebJobs.EventGrid.Disabled"             = "true"
      "AzureWebJobs.EventGridWebhook.Disabled"      = "true"
      "AzureWebJobs.Invoker.Disabled"               = "true"
    },
    local.service_bus_settings,
    var.settings,
  )
}

# Flex Consumption, because a function must be allowed to run for longer than the Consumption plan lets it. The code is deployed
# as docs/deploy-azure.md says. The app is described to Azure itself: with an identity, azurerm's resource for these apps sets an
# empty AzureWebJobsStorage, and the host then does not start.
resource "azapi_resource" "persistor" {
  type      = "Microsoft.Web/sites@2024-04-01"
  name      = var.app
  parent_id = data.azurerm_resource_group.this.id
  location  = data.azurerm_resource_group.this.location

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.writer.id, azurerm_user_assigned_identity.host.id]
  }

  body = {
    kind = "functionapp,linux"
    properties = {
      serverFarmId           = azurerm_service_plan.persistor.id
      httpsOnly              = true
      virtualNetworkSubnetId = var.private_network == null ? null : var.private_network.app_subnet_id
      functionAppConfig = {
        deployment = {
          storage = {
            type  = "blobContainer"
            value = "${azurerm_storage_account.host.primary_blob_endpoint}${azurerm_storage_container.deployment.name}"
            authentication = {
              type                           = "UserAssignedIdentity"
              userAssignedIdentityResourceId = azurerm_user_assigned_identity.host.id
            }
          }
        }
        runtime = {
          name    = "java"
          version = var.java_version
        }
        scaleAndConcurrency = {
          instanceMemoryMB     = 2048
          maximumInstanceCount = 100
        }
      }
      siteConfig = {
        minTlsVersion = "1.2"
        appSettings   = [for name, value in local.settings : { name = name, value = value }]
      }
    }
  }

  # Without these roles the host does not start, or the first events fail.
  depends_on = [
    azurerm_role_assignment.host_stores,
    azurerm_role_assignment.host_reports,
    azurerm_role_assignment.receives,
    azurerm_role_assignment.writes,
  ]
}

# With a private network, both accounts are reached by private endpoints alone.
resource "azurerm_private_endpoint" "blob" {
  for_each            = var.private_network == null ? {} : { archive = azurerm_storage_account.archive.id, host = azurerm_storage_account.host.id }
  name                = "${var.app}-${each.key}-blob"
  resource_group_name = data.azurerm_resource_group.this.name
  location            = data.azurerm_resource_group.this.location
  subnet_id           = var.private_network.endpoint_subnet_id

  private_service_connection {
    name                           = each.key
    private_connection_resource_id = each.value
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [var.private_network.blob_dns_zone_id]
  }
}
