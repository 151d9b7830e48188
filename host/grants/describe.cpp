#include "host/grants/describe.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

// English, Vietnamese.
using Words = const char* const[2];

struct ModelName {
  std::string_view model;
  Words words;
};
constexpr ModelName kModels[] = {
    {"account.move", {"invoices and entries", "hóa đơn và bút toán"}},
    {"calendar.event", {"meetings", "cuộc họp"}},
    {"crm.lead", {"leads/opportunities", "tiềm năng/cơ hội"}},
    {"crm.lost.reason", {"lost reasons", "lý do thất bại"}},
    {"crm.stage", {"CRM stages", "giai đoạn CRM"}},
    {"crm.tag", {"CRM tags", "thẻ CRM"}},
    {"crm.team", {"sales teams", "đội ngũ kinh doanh"}},
    {"crm.team.member", {"sales team members", "thành viên đội ngũ kinh doanh"}},
    {"ir.attachment", {"attached files", "tệp đính kèm"}},
    {"mail.activity", {"activities", "hoạt động"}},
    {"mail.message", {"messages", "tin nhắn"}},
    {"product.product", {"product variants", "biến thể sản phẩm"}},
    {"product.template", {"products", "sản phẩm"}},
    {"res.company", {"companies", "công ty"}},
    {"res.country", {"countries", "quốc gia"}},
    {"res.country.state", {"states and provinces", "tỉnh/thành phố"}},
    {"res.lang", {"languages", "ngôn ngữ"}},
    {"res.partner", {"contacts", "liên hệ"}},
    {"res.users", {"users", "người dùng"}},
    {"sale.order", {"sales orders", "đơn bán hàng"}},
    {"sale.order.line", {"sales order lines", "dòng đơn bán hàng"}},
    {"stock.picking", {"transfers", "phiếu chuyển kho"}},
    {"utm.source", {"UTM sources", "nguồn UTM"}},
};

constexpr Words kRead = {"Read", "Đọc"};
constexpr Words kEveryField = {"every field that the key may see, except passwords and access tokens",
                               "mọi trường mà khóa được xem, trừ mật khẩu và mã truy cập"};
constexpr Words kChange = {"Change on", "Sửa trên"};
constexpr Words kCreate = {"Create", "Tạo"};
constexpr Words kBlank = {"without giving any field", "không điền trường nào"};
constexpr Words kDelete = {"Delete", "Xóa"};
constexpr Words kCall = {"Call on", "Gọi trên"};
constexpr Words kNotes = {"Post internal notes on", "Đăng ghi chú nội bộ trên"};
constexpr Words kAnyone = {"Send messages and e-mails to anyone, also outside the company, from",
                           "Gửi tin nhắn và email cho bất kỳ ai, kể cả bên ngoài công ty, từ"};
constexpr Words kOr = {" or ", " hoặc "};
constexpr Words kIfThere = {" (where it exists)", " (nếu có)"};
constexpr Words kField = {"Add custom fields (x_...) to the models above, with the setup key",
                          "Thêm trường tùy chỉnh (x_...) vào các mô hình trên, bằng khóa thiết lập"};
constexpr Words kView = {"Add to the views of Odoo, with the setup key",
                         "Bổ sung vào các giao diện của Odoo, bằng khóa thiết lập"};
constexpr Words kWebhook = {"Have Odoo report changes of readable fields at once, with the setup key",
                            "Cho Odoo báo ngay thay đổi của các trường được đọc, bằng khóa thiết lập"};
constexpr Words kEndpoint = {
    "Take what other systems post to it, at the address and with the token of the "
    "configuration, under the name",
    "Nhận dữ liệu mà hệ thống khác gửi tới, theo địa chỉ và mã trong cấu hình, với tên"};
constexpr Words kUntracked = {"Change records without a trace in their history in Odoo",
                              "Sửa bản ghi mà không để lại dấu vết trong lịch sử của Odoo"};
constexpr Words kParameter = {"Read the system parameter", "Đọc tham số hệ thống"};
constexpr Words kGroup = {"Ask whether the key belongs to the group", "Hỏi xem khóa có thuộc nhóm"};
constexpr Words kReach = {"Exchange data with the web host", "Trao đổi dữ liệu với máy chủ web"};
constexpr Words kPrivate = {" (also inside the private network)", " (kể cả trong mạng nội bộ)"};
constexpr Words kConfigured = {"that the plugin's configuration names under", "được nêu trong cấu hình của plugin tại"};
constexpr Words kSecret = {"Keep and use the secret (never read it back)",
                           "Lưu và dùng bí mật (không bao giờ đọc lại)"};
constexpr Words kPublish = {"Publish to other plugins", "Công bố cho các plugin khác"};
constexpr Words kReadFact = {"Read what another plugin publishes", "Đọc dữ liệu do plugin khác công bố"};
constexpr Words kClosing = {
    "A grant covers what the plugin asks of Odoo, not what Odoo does in consequence: automations, tracked changes, "
    "e-mails to followers",
    "Quyền này áp dụng cho những gì plugin yêu cầu Odoo, không áp dụng cho những gì Odoo làm tiếp theo: tự động hóa, "
    "ghi vết thay đổi, email cho người theo dõi"};
constexpr Words kNew = {"new: ", "mới: "};
constexpr Words kGone = {"gone: ", "không còn: "};

class Writer {
 public:
  explicit Writer(Locale locale) : at_(locale == Locale::kVietnamese ? 1 : 0) {}

  void models(const Permissions& permissions) {
    for (const ModelPermission& model : permissions.models) this->model(model);
  }

  void rest(const Permissions& permissions) {
    for (const std::string& operation : permissions.host) host(operation);
    for (const HttpAsk& ask : permissions.http) {
      const bool configured = ask.host.starts_with("config:");
      lines_.push_back(std::string(kReach[at_]) + " " +
                       (configured ? std::string(kConfigured[at_]) + " " + ask.host.substr(7) : ask.host) +
                       (ask.private_network ? kPrivate[at_] : ""));
    }
    for (const auto& [words, list] : {std::pair{&kSecret, &permissions.secrets},
                                      {&kPublish, &permissions.publish},
                                      {&kReadFact, &permissions.read_facts}})
      for (const std::string& item : *list) lines_.push_back(std::string((*words)[at_]) + ": " + item);
  }

  void close() { lines_.emplace_back(kClosing[at_]); }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  void model(const ModelPermission& model) {
    const std::string& why = at_ == 1 ? model.why_vi : model.why_en;
    const std::string name = name_of(model.model);
    const auto line = [&](const Words& words, const std::string& what) {
      lines_.push_back(std::string(words[at_]) + " " + name + (what.empty() ? "" : ": " + what) +
                       (why.empty() ? "" : " - " + why));
    };
    if (model.read_all) line(kRead, kEveryField[at_]);
    if (!model.read_all && !model.read.empty()) line(kRead, fields(model.read));
    if (!model.write.empty()) line(kChange, fields(model.write));
    if (model.creates) line(kCreate, model.create.empty() ? kBlank[at_] : fields(model.create));
    if (model.unlink) line(kDelete, {});
    std::string methods;
    for (const std::string& method : model.methods) methods += (methods.empty() ? "" : ", ") + method;
    if (!methods.empty()) line(kCall, methods);
    if (model.posting != Posting::kNone) line(model.posting == Posting::kAnyone ? kAnyone : kNotes, {});
  }

  void host(const std::string& operation) {
    if (operation == "ensure_field") lines_.emplace_back(kField[at_]);
    if (operation == "ensure_view") lines_.emplace_back(kView[at_]);
    if (operation == "install_webhook") lines_.emplace_back(kWebhook[at_]);
    if (operation == "untracked") lines_.emplace_back(kUntracked[at_]);
    if (operation.starts_with("endpoint:")) lines_.push_back(std::string(kEndpoint[at_]) + " " + operation.substr(9));
    if (operation.starts_with("parameter:"))
      lines_.push_back(std::string(kParameter[at_]) + " " + operation.substr(10));
    if (operation.starts_with("group:")) lines_.push_back(std::string(kGroup[at_]) + " " + operation.substr(6));
  }

  [[nodiscard]] std::string name_of(const std::string& model) const {
    for (const ModelName& known : kModels)
      if (known.model == model) return std::string(known.words[at_]) + " (" + model + ")";
    return model;
  }

  [[nodiscard]] std::string fields(const std::vector<FieldAsk>& asks) const {
    std::string out;
    for (const FieldAsk& ask : asks) {
      out += out.empty() ? "" : ", ";
      for (size_t i = 0; i < ask.names.size(); ++i) out += (i == 0 ? "" : kOr[at_]) + ask.names[i];
      if (ask.optional) out += kIfThere[at_];
    }
    return out;
  }

  size_t at_;
  std::vector<std::string> lines_;
};

std::vector<FieldAsk> minus(const std::vector<FieldAsk>& of, const std::vector<FieldAsk>& known) {
  std::vector<FieldAsk> rest;
  for (const FieldAsk& ask : of) {
    FieldAsk left{{}, ask.optional};
    for (const std::string& name : ask.names) {
      const bool there = std::any_of(known.begin(), known.end(), [&](const FieldAsk& other) {
        return std::find(other.names.begin(), other.names.end(), name) != other.names.end();
      });
      if (!there) left.names.push_back(name);
    }
    if (!left.names.empty()) rest.push_back(std::move(left));
  }
  return rest;
}

std::vector<std::string> minus(const std::vector<std::string>& of, const std::vector<std::string>& known) {
  std::vector<std::string> rest;
  for (const std::string& word : of)
    if (std::find(known.begin(), known.end(), word) == known.end()) rest.push_back(word);
  return rest;
}

// What `of` asks and `known` does not.
Permissions minus(const Permissions& of, const Permissions& known) {
  Permissions rest;
  for (ModelPermission model : of.models) {
    const ModelPermission* other = known.model(model.model);
    const ModelPermission none;
    const ModelPermission& had = other == nullptr ? none : *other;
    model.why_en.clear();
    model.why_vi.clear();
    if (had.read_all) model.read.clear();
    model.read_all = model.read_all && !had.read_all;
    model.read = minus(model.read, had.read);
    model.write = minus(model.write, had.write);
    model.create = minus(model.create, had.create);
    model.creates = model.creates && (!had.creates || !model.create.empty());
    model.unlink = model.unlink && !had.unlink;
    model.methods = minus(model.methods, had.methods);
    if (model.posting <= had.posting) model.posting = Posting::kNone;
    rest.models.push_back(std::move(model));
  }
  for (const HttpAsk& ask : of.http) {
    const bool there = std::any_of(known.http.begin(), known.http.end(), [&](const HttpAsk& other) {
      return other.host == ask.host && other.private_network >= ask.private_network;
    });
    if (!there) rest.http.push_back(ask);
  }
  rest.host = minus(of.host, known.host);
  rest.secrets = minus(of.secrets, known.secrets);
  rest.publish = minus(of.publish, known.publish);
  rest.read_facts = minus(of.read_facts, known.read_facts);
  return rest;
}

}  // namespace

Locale locale_of(std::string_view name) { return name.starts_with("vi") ? Locale::kVietnamese : Locale::kEnglish; }

std::vector<std::string> describe(const Permissions& permissions, Locale locale) {
  Writer writer(locale);
  writer.models(permissions);
  writer.rest(permissions);
  writer.close();
  return writer.take();
}

bool asks_more(const Permissions& before, const Permissions& after) {
  Writer writer(Locale::kEnglish);
  const Permissions part = minus(after, before);
  writer.models(part);
  writer.rest(part);
  return !writer.take().empty();
}

std::vector<std::string> changes(const Permissions& before, const Permissions& after, Locale locale) {
  std::vector<std::string> lines;
  for (const bool fresh : {true, false}) {
    Writer writer(locale);
    const Permissions part = fresh ? minus(after, before) : minus(before, after);
    writer.models(part);
    writer.rest(part);
    for (std::string& line : writer.take())
      lines.push_back((fresh ? kNew : kGone)[locale == Locale::kVietnamese ? 1 : 0] + std::move(line));
  }
  return lines;
}

}  // namespace outrigger::host
