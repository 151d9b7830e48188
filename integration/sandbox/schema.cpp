#include "integration/sandbox/schema.hpp"

namespace outrigger::sandbox {
namespace {

// Every model has these.
#define OUTRIGGER_COMMON                                                                                \
  {"id", "integer", {}, "ID"}, {"display_name", "char", {}, "Display Name"},                            \
      {"create_date", "datetime", {}, "Created on"}, {"write_date", "datetime", {}, "Last Updated on"}, \
      {"create_uid", "many2one", "res.users", "Created by"}, {                                          \
    "write_uid", "many2one", "res.users", "Last Updated by"                                             \
  }

constexpr FieldDef kLead[] = {
    OUTRIGGER_COMMON,
    {"name", "char", {}, "Opportunity", true},
    {"type", "selection", {}, "Type", true, 14, 99, "lead:Lead,opportunity:Opportunity"},
    {"active", "boolean", {}, "Active"},
    {"won_status", "selection", {}, "Is Won", false, 19, 99, "won:Won,lost:Lost,pending:Pending"},
    {"probability", "float", {}, "Probability"},
    {"automated_probability", "float", {}, "Automated Probability"},
    {"stage_id", "many2one", "crm.stage", "Stage"},
    {"team_id", "many2one", "crm.team", "Sales Team"},
    {"user_id", "many2one", "res.users", "Salesperson"},
    {"company_id", "many2one", "res.company", "Company"},
    {"partner_id", "many2one", "res.partner", "Customer"},
    {"partner_name", "char", {}, "Company Name"},
    {"contact_name", "char", {}, "Contact Name"},
    {"email_from", "char", {}, "Email"},
    {"email_normalized", "char", {}, "Normalized Email"},
    {"phone", "char", {}, "Phone"},
    {"email_state", "selection", {}, "Email Quality", false, 14, 99, "correct:Correct,incorrect:Incorrect"},
    {"phone_state", "selection", {}, "Phone Quality", false, 14, 99, "correct:Correct,incorrect:Incorrect"},
    {"country_id", "many2one", "res.country", "Country"},
    {"state_id", "many2one", "res.country.state", "State"},
    {"city", "char", {}, "City"},
    {"lang_id", "many2one", "res.lang", "Language"},
    {"source_id", "many2one", "utm.source", "Source"},
    {"medium_id", "many2one", "utm.medium", "Medium"},
    {"campaign_id", "many2one", "utm.campaign", "Campaign"},
    {"tag_ids", "many2many", "crm.tag", "Tags"},
    {"lost_reason_id", "many2one", "crm.lost.reason", "Lost Reason", false, 17},
    {"lost_reason", "many2one", "crm.lost.reason", "Lost Reason", false, 14, 16},
    {"priority", "selection", {}, "Priority", false, 14, 99, "0:Low,1:Medium,2:High,3:Very High"},
    {"expected_revenue", "monetary", {}, "Expected Revenue"},
    {"color", "integer", {}, "Color Index"},
    {"description", "html", {}, "Notes"},
    {"date_open", "datetime", {}, "Assignment Date"},
    {"date_closed", "datetime", {}, "Closed Date"},
    {"date_conversion", "datetime", {}, "Conversion Date"},
    {"date_last_stage_update", "datetime", {}, "Last Stage Update"},
    {"date_deadline", "date", {}, "Expected Closing"},
};
constexpr FieldDef kStage[] = {OUTRIGGER_COMMON,
                               {"name", "char", {}, "Stage Name", true},
                               {"sequence", "integer", {}, "Sequence"},
                               {"is_won", "boolean", {}, "Is Won Stage?"},
                               {"fold", "boolean", {}, "Folded in Pipeline"},
                               {"team_id", "many2one", "crm.team", "Sales Team", false, 14, 18},
                               {"team_ids", "many2many", "crm.team", "Sales Teams", false, 19}};
constexpr FieldDef kTeam[] = {OUTRIGGER_COMMON,
                              {"name", "char", {}, "Sales Team", true},
                              {"sequence", "integer", {}, "Sequence"},
                              {"active", "boolean", {}, "Active"},
                              {"user_id", "many2one", "res.users", "Team Leader"},
                              {"company_id", "many2one", "res.company", "Company"},
                              {"use_leads", "boolean", {}, "Leads"},
                              {"use_opportunities", "boolean", {}, "Pipeline"},
                              {"member_ids", "many2many", "res.users", "Salespersons"},
                              {"assignment_enabled", "boolean", {}, "Lead Assign", false, 15},
                              {"assignment_auto_enabled", "boolean", {}, "Auto Assignment", false, 15},
                              {"assignment_domain", "char", {}, "Assignment Domain", false, 15},
                              {"assignment_optout", "boolean", {}, "Skip auto assignment", false, 15},
                              {"assignment_max", "integer", {}, "Lead Capacity", false, 15},
                              {"crm_team_member_ids", "one2many", "crm.team.member", "Members", false, 15}};
constexpr FieldDef kMember[] = {OUTRIGGER_COMMON,
                                {"crm_team_id", "many2one", "crm.team", "Sales Team", true},
                                {"user_id", "many2one", "res.users", "Salesperson", true},
                                {"active", "boolean", {}, "Active"},
                                {"assignment_max", "integer", {}, "Average Leads Capacity"},
                                {"assignment_optout", "boolean", {}, "Skip auto assignment"},
                                {"assignment_domain", "char", {}, "Assignment Domain"},
                                {"assignment_domain_preferred", "char", {}, "Preference Domain", false, 19}};
constexpr FieldDef kTag[] = {
    OUTRIGGER_COMMON, {"name", "char", {}, "Tag Name", true}, {"color", "integer", {}, "Color"}};
constexpr FieldDef kReason[] = {
    OUTRIGGER_COMMON, {"name", "char", {}, "Description", true}, {"active", "boolean", {}, "Active"}};
constexpr FieldDef kFrequency[] = {OUTRIGGER_COMMON,
                                   {"variable", "char", {}, "Variable"},
                                   {"value", "char", {}, "Value"},
                                   {"won_count", "float", {}, "Won Count"},
                                   {"lost_count", "float", {}, "Lost Count"},
                                   {"team_id", "many2one", "crm.team", "Sales Team"}};
constexpr FieldDef kPartner[] = {OUTRIGGER_COMMON,
                                 {"name", "char", {}, "Name"},
                                 {"active", "boolean", {}, "Active"},
                                 {"email", "char", {}, "Email"},
                                 {"phone", "char", {}, "Phone"},
                                 {"is_company", "boolean", {}, "Is a Company"},
                                 {"parent_id", "many2one", "res.partner", "Related Company"},
                                 {"country_id", "many2one", "res.country", "Country"},
                                 {"state_id", "many2one", "res.country.state", "State"},
                                 {"city", "char", {}, "City"},
                                 {"company_id", "many2one", "res.company", "Company"}};
constexpr FieldDef kUser[] = {OUTRIGGER_COMMON,
                              {"name", "char", {}, "Name", true},
                              {"login", "char", {}, "Login", true},
                              {"active", "boolean", {}, "Active"},
                              {"partner_id", "many2one", "res.partner", "Related Partner"},
                              {"company_id", "many2one", "res.company", "Company"},
                              {"company_ids", "many2many", "res.company", "Companies"},
                              {"lang", "char", {}, "Language"},
                              {"tz", "char", {}, "Timezone"}};
constexpr FieldDef kCompany[] = {OUTRIGGER_COMMON, {"name", "char", {}, "Company Name", true}};
constexpr FieldDef kCountry[] = {
    OUTRIGGER_COMMON, {"name", "char", {}, "Country Name", true}, {"code", "char", {}, "Country Code"}};
constexpr FieldDef kState[] = {OUTRIGGER_COMMON,
                               {"name", "char", {}, "State Name", true},
                               {"code", "char", {}, "State Code"},
                               {"country_id", "many2one", "res.country", "Country", true}};
constexpr FieldDef kLang[] = {OUTRIGGER_COMMON,
                              {"name", "char", {}, "Name", true},
                              {"code", "char", {}, "Locale Code", true},
                              {"active", "boolean", {}, "Active"}};
constexpr FieldDef kNamed[] = {OUTRIGGER_COMMON, {"name", "char", {}, "Name", true}};
constexpr FieldDef kParameter[] = {
    OUTRIGGER_COMMON, {"key", "char", {}, "Key", true}, {"value", "text", {}, "Value", true}};
constexpr FieldDef kModelData[] = {OUTRIGGER_COMMON,
                                   {"module", "char", {}, "Module"},
                                   {"name", "char", {}, "External Identifier", true},
                                   {"model", "char", {}, "Model Name", true},
                                   {"res_id", "integer", {}, "Record ID"}};
constexpr FieldDef kModel[] = {
    OUTRIGGER_COMMON, {"name", "char", {}, "Model Description", true}, {"model", "char", {}, "Model", true}};
constexpr FieldDef kModelField[] = {OUTRIGGER_COMMON,
                                    {"name", "char", {}, "Field Name", true},
                                    {"field_description", "char", {}, "Field Label"},
                                    {"help", "text", {}, "Field Help"},
                                    {"model_id", "many2one", "ir.model", "Model", true},
                                    {"model", "char", {}, "Model Name"},
                                    {"ttype", "char", {}, "Field Type", true},
                                    {"state", "selection", {}, "Type", false, 14, 99, "manual:Custom,base:Base"},
                                    {"relation", "char", {}, "Related Model"},
                                    {"relation_table", "char", {}, "Relation Table"},
                                    {"column1", "char", {}, "Column 1"},
                                    {"column2", "char", {}, "Column 2"},
                                    {"selection", "char", {}, "Selection Options"}};
constexpr FieldDef kAutomation[] = {OUTRIGGER_COMMON,
                                    {"name", "char", {}, "Automation Rule Name", true},
                                    {"active", "boolean", {}, "Active"},
                                    {"model_id", "many2one", "ir.model", "Model", true},
                                    {"trigger",
                                     "selection",
                                     {},
                                     "Trigger",
                                     true,
                                     14,
                                     99,
                                     "on_create:On create,on_write:On update,on_create_or_write:On create and "
                                     "edit,on_unlink:On deletion"},
                                    {"trigger_field_ids", "many2many", "ir.model.fields", "Trigger Fields"}};
constexpr FieldDef kServerAction[] = {
    OUTRIGGER_COMMON,
    {"name", "char", {}, "Action Name", true},
    {"model_id", "many2one", "ir.model", "Model", true},
    {"state", "selection", {}, "Type", true, 14, 16, "object_write:Update Record,code:Execute Code"},
    {"state",
     "selection",
     {},
     "Type",
     true,
     17,
     99,
     "object_write:Update Record,code:Execute Code,webhook:Send Webhook Notification"},
    {"usage",
     "selection",
     {},
     "Usage",
     true,
     14,
     99,
     "ir_actions_server:Server Action,base_automation:Automation Rule"},
    {"base_automation_id", "many2one", "base.automation", "Automation Rule", false, 17},
    {"webhook_url", "char", {}, "Webhook URL", false, 17}};
constexpr FieldDef kView[] = {OUTRIGGER_COMMON,
                              {"name", "char", {}, "View Name", true},
                              {"model", "char", {}, "Model"},
                              {"type", "char", {}, "View Type"},
                              {"mode", "char", {}, "View inheritance mode"},
                              {"priority", "integer", {}, "Sequence"},
                              {"active", "boolean", {}, "Active"},
                              {"inherit_id", "many2one", "ir.ui.view", "Inherited View"},
                              {"arch_base", "text", {}, "Base View Architecture"}};
constexpr FieldDef kApiKey[] = {OUTRIGGER_COMMON,
                                {"name", "char", {}, "Description", true},
                                {"user_id", "many2one", "res.users", "User", true},
                                {"expiration_date", "datetime", {}, "Expiration Date", false, 18}};
constexpr FieldDef kMessage[] = {OUTRIGGER_COMMON,
                                 {"model", "char", {}, "Related Document Model"},
                                 {"res_id", "integer", {}, "Related Document ID"},
                                 {"body", "html", {}, "Contents"},
                                 {"message_id", "char", {}, "Message-Id"},
                                 {"author_id", "many2one", "res.partner", "Author"}};
constexpr FieldDef kActivity[] = {OUTRIGGER_COMMON,
                                  {"res_model", "char", {}, "Related Document Model"},
                                  {"res_id", "many2one_reference", {}, "Related Document ID"},
                                  {"summary", "char", {}, "Summary"},
                                  {"note", "html", {}, "Note"},
                                  {"date_deadline", "date", {}, "Due Date"},
                                  {"user_id", "many2one", "res.users", "Assigned to"}};
constexpr FieldDef kOrder[] = {OUTRIGGER_COMMON,
                               {"name", "char", {}, "Order Reference"},
                               {"partner_id", "many2one", "res.partner", "Customer", true},
                               {"state",
                                "selection",
                                {},
                                "Status",
                                false,
                                14,
                                99,
                                "draft:Quotation,sent:Quotation Sent,sale:Sales Order,cancel:Cancelled"}};
constexpr FieldDef kPicking[] = {
    OUTRIGGER_COMMON,
    {"name", "char", {}, "Reference"},
    {"state", "selection", {}, "Status", false, 14, 99, "draft:Draft,assigned:Ready,done:Done,cancel:Cancelled"},
    {"date_done", "datetime", {}, "Date of Transfer"}};
#undef OUTRIGGER_COMMON

constexpr ModelDef kModels[] = {
    {"crm.lead", "Lead", "priority desc, id desc", false, false, kLead},
    {"crm.stage", "CRM Stages", "sequence, name, id", false, false, kStage},
    {"crm.team", "Sales Team", "sequence, create_date desc, id desc", false, false, kTeam},
    {"crm.team.member", "Sales Team Member", "create_date, id", false, false, kMember},
    {"crm.tag", "CRM Tag", "id", false, false, kTag},
    {"crm.lost.reason", "Opp. Lost Reason", "id", false, false, kReason},
    {"crm.lead.scoring.frequency", "Lead Scoring Frequency", "id", false, true, kFrequency},
    {"res.partner", "Contact", "name, id", false, false, kPartner},
    {"res.users", "User", "name, login, id", false, false, kUser},
    {"res.company", "Companies", "id", false, false, kCompany},
    {"res.country", "Country", "name, id", false, false, kCountry},
    {"res.country.state", "Country state", "code, id", false, false, kState},
    {"res.lang", "Languages", "name, id", false, false, kLang},
    {"utm.source", "UTM Source", "id", false, false, kNamed},
    {"utm.medium", "UTM Medium", "name, id", false, false, kNamed},
    {"utm.campaign", "UTM Campaign", "id", false, false, kNamed},
    {"ir.config_parameter", "System Parameter", "key, id", true, false, kParameter},
    {"ir.model.data", "Model Data", "module, model, name, id", true, false, kModelData},
    {"ir.model", "Models", "model", true, true, kModel},
    {"ir.model.fields", "Fields", "name", true, false, kModelField},
    {"ir.ui.view", "View", "priority, name, id", true, false, kView},
    {"base.automation", "Automation Rule", "id", true, false, kAutomation},
    {"ir.actions.server", "Server Action", "id", true, false, kServerAction},
    {"res.users.apikeys", "Users API Keys", "id", false, true, kApiKey},
    {"mail.message", "Message", "id desc", false, false, kMessage},
    {"mail.activity", "Activity", "date_deadline, id", false, false, kActivity},
    {"sale.order", "Sales Order", "id desc", false, false, kOrder},
    {"stock.picking", "Transfer", "id desc", false, false, kPicking},
};

}  // namespace

std::span<const ModelDef> models() { return kModels; }

const ModelDef* find_model(std::string_view name) {
  for (const ModelDef& model : kModels)
    if (model.name == name) return &model;
  return nullptr;
}

domain::FieldType domain_type(std::string_view type) {
  using domain::FieldType;
  if (type == "boolean") return FieldType::kBoolean;
  if (type == "integer" || type == "many2one_reference") return FieldType::kInteger;
  if (type == "float" || type == "monetary") return FieldType::kFloat;
  if (type == "char" || type == "text" || type == "html") return FieldType::kText;
  if (type == "selection") return FieldType::kSelection;
  if (type == "date") return FieldType::kDate;
  if (type == "datetime") return FieldType::kDatetime;
  if (type == "many2one") return FieldType::kMany2one;
  return type == "many2many" || type == "one2many" ? FieldType::kToMany : FieldType::kOther;
}

}  // namespace outrigger::sandbox
