# Nothing is lost yet when one of these fires, but a person has to look.

locals {
  # Each query returns a row for what is wrong. "silent" returns none while nothing is written.
  alerts = {
    waiting = {
      description = "Messages are not durable. The log says for how long, and why."
      query       = "union AppTraces, AppExceptions | where strcat(Message, OuterMessage) has 'are not durable after'"
      window      = "PT5M"
      operator    = "GreaterThan"
      threshold   = 0
    }
    failing = {
      description = "Invocations fail."
      query       = "AppRequests | where Success == false"
      window      = "PT5M"
      operator    = "GreaterThan"
      threshold   = 0
    }
    quarantined = {
      description = "Events that Persistor cannot understand are in _quarantine/ of the archive."
      query       = "AppTraces | where Message has 'It is in quarantine as'"
      window      = "PT5M"
      operator    = "GreaterThan"
      threshold   = 0
    }
  }
  silent = var.silent_window == null ? {} : {
    silent = {
      description = "No blob was written for ${var.silent_window}."
      query       = "StorageBlobLogs | where OperationName == 'PutBlob' and StatusText == 'Success'"
      window      = var.silent_window
      operator    = "LessThan"
      threshold   = 1
    }
  }
}

# What is written to the archive, a line a request.
resource "azurerm_monitor_diagnostic_setting" "archive" {
  name                       = "persistor"
  target_resource_id         = "${azurerm_storage_account.archive.id}/blobServices/default"
  log_analytics_workspace_id = azurerm_log_analytics_workspace.persistor.id

  enabled_log {
    category = "StorageWrite"
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "alert" {
  for_each             = merge(local.alerts, local.silent)
  name                 = "${var.app}-${each.key}"
  resource_group_name  = data.azurerm_resource_group.this.name
  location             = data.azurerm_resource_group.this.location
  scopes               = [azurerm_log_analytics_workspace.persistor.id]
  description          = each.value.description
  severity             = 1
  evaluation_frequency = "PT5M"
  window_duration      = each.value.window

  # The tables of a new workspace appear with their first rows.
  skip_query_validation = true

  criteria {
    query                   = each.value.query
    time_aggregation_method = "Count"
    operator                = each.value.operator
    threshold               = each.value.threshold
  }

  dynamic "action" {
    for_each = length(var.action_group_ids) == 0 ? [] : [var.action_group_ids]
    content {
      action_groups = action.value
    }
  }

  depends_on = [azurerm_application_insights.persistor, azurerm_monitor_diagnostic_setting.archive]
}
