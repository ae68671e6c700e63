# A subscription of a Service Bus topic, when var.service_bus names one.

locals {
  service_bus = var.service_bus == null ? {} : { this = var.service_bus }
  service_bus_settings = var.service_bus == null ? {} : {
    SERVICE_BUS_TOPIC                               = var.service_bus.topic
    SERVICE_BUS_SUBSCRIPTION                        = "persistor"
    SERVICE_BUS_CONNECTION__fullyQualifiedNamespace = "${var.service_bus.namespace}.servicebus.windows.net"
    SERVICE_BUS_CONNECTION__credential              = "managedidentity"
    SERVICE_BUS_CONNECTION__clientId                = azurerm_user_assigned_identity.host.client_id
    "AzureWebJobs.ServiceBusTopic.Disabled"         = "false"
  }
}

data "azurerm_servicebus_namespace" "source" {
  for_each            = local.service_bus
  name                = each.value.namespace
  resource_group_name = data.azurerm_resource_group.this.name
}

data "azurerm_servicebus_topic" "source" {
  for_each     = local.service_bus
  name         = each.value.topic
  namespace_id = data.azurerm_servicebus_namespace.source[each.key].id
}

resource "azurerm_servicebus_subscription" "persistor" {
  for_each                             = local.service_bus
  name                                 = "persistor"
  topic_id                             = data.azurerm_servicebus_topic.source[each.key].id
  max_delivery_count                   = 1000
  lock_duration                        = "PT1M"
  default_message_ttl                  = "P14D"
  dead_lettering_on_message_expiration = true

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_role_assignment" "receives_service_bus" {
  for_each             = local.service_bus
  scope                = data.azurerm_servicebus_topic.source[each.key].id
  role_definition_name = "Azure Service Bus Data Receiver"
  principal_id         = azurerm_user_assigned_identity.host.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_monitor_metric_alert" "dead_letters" {
  for_each            = local.service_bus
  name                = "${var.app} gave up on messages"
  resource_group_name = data.azurerm_resource_group.this.name
  scopes              = [data.azurerm_servicebus_namespace.source[each.key].id]
  description         = "Dead letters of ${each.value.topic}/persistor are not archived. They stay until they are taken."
  severity            = 1
  frequency           = "PT5M"
  window_size         = "PT5M"

  criteria {
    metric_namespace = "Microsoft.ServiceBus/namespaces"
    metric_name      = "DeadletteredMessages"
    aggregation      = "Maximum"
    operator         = "GreaterThan"
    threshold        = 0
    dimension {
      name     = "EntityName"
      operator = "Include"
      values   = [each.value.topic]
    }
  }

  dynamic "action" {
    for_each = var.action_group_ids
    content {
      action_group_id = action.value
    }
  }
}

resource "azurerm_monitor_metric_alert" "backlog" {
  for_each            = local.service_bus
  name                = "${var.app} is behind on Service Bus"
  resource_group_name = data.azurerm_resource_group.this.name
  scopes              = [data.azurerm_servicebus_namespace.source[each.key].id]
  description         = "Messages of ${each.value.topic} wait. The metric counts all subscriptions of the topic."
  severity            = 2
  frequency           = "PT5M"
  window_size         = "PT15M"

  criteria {
    metric_namespace = "Microsoft.ServiceBus/namespaces"
    metric_name      = "ActiveMessages"
    aggregation      = "Minimum"
    operator         = "GreaterThan"
    threshold        = each.value.backlog
    dimension {
      name     = "EntityName"
      operator = "Include"
      values   = [each.value.topic]
    }
  }

  dynamic "action" {
    for_each = var.action_group_ids
    content {
      action_group_id = action.value
    }
  }
}
