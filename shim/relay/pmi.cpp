// SPDX-License-Identifier: BSD-3-Clause
#include "relay/pmi.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace relay::pmi {

std::optional<std::string_view> value(std::string_view line, std::string_view key) {
  while (!line.empty()) {
    const auto end = std::min(line.find_first_of(" \n"), line.size());
    const auto word = line.substr(0, end);
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=')
      return word.substr(key.size() + 1);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return {};
}

int number(std::string_view line, std::string_view key, int otherwise) {
  const auto text = value(line, key);
  int found = otherwise;
  if (text && std::from_chars(text->data(), text->data() + text->size(), found).ec != std::errc{})
    return otherwise;
  return found;
}

std::string renamed(std::string text, const std::string& from, const std::string& to) {
  const std::string wanted = " kvsname=" + from;
  const auto at = from == to ? std::string::npos : text.find(wanted);
  const auto end = at + wanted.size();
  if (at != std::string::npos && (end == text.size() || text[end] == ' ' || text[end] == '\n'))
    text.replace(at, wanted.size(), " kvsname=" + to);
  return text;
}

void Lines::add(std::string_view bytes) {
  held_.erase(0, taken_);
  taken_ = 0;
  if (dropping_) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return;
    dropping_ = false;
    bytes.remove_prefix(end);
  }
  held_ += bytes;
  const auto last = held_.rfind('\n');
  const auto begin = last == std::string::npos ? 0 : last + 1;
  if (held_.size() - begin <= longest_line) return;
  held_.resize(begin + longest_line);
  dropping_ = true;
}

std::optional<std::string> Lines::next() {
  const auto end = held_.find('\n', taken_);
  if (end == std::string::npos) return {};
  auto line = held_.substr(taken_, end + 1 - taken_);
  taken_ = end + 1;
  if (is_cut(line)) line.replace(longest_line, std::string::npos, "\n");
  return line;
}

bool is_known(std::string_view command) {
  static constexpr std::array known = {"singinit",     "init",           "get_maxes",
                                       "get_appnum",   "get_my_kvsname", "put",
                                       "get",          "barrier_in",     "get_universe_size",
                                       "publish_name", "unpublish_name", "lookup_name",
                                       "spawn",        "abort",          "finalize"};
  return std::find(known.begin(), known.end(), command) != known.end();
}

bool is_spawn_line(std::string_view line) {
  static constexpr std::array starts = {
      "mcmd=spawn\n", "nprocs=",   "execname=",   "totspawns=",  "spawnssofar=",
      "argcnt=",      "arg",       "preput_num=", "preput_key_", "preput_val_",
      "info_num=",    "info_key_", "info_val_",   "endcmd\n"};
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return line.starts_with(start); });
}

Requests::State Requests::add(const std::string& line, Request& request, std::string& why) {
  if (in_spawn() || line.starts_with("mcmd=")) return part(line, request, why);
  if (is_cut(line)) {
    why = "a line of more than 64 KiB";
    return State::fault;
  }
  const auto command = value(line, "cmd");
  if (!line.starts_with("cmd=") || !command || command->empty()) {
    why = "a line that is not PMI";
    return State::fault;
  }
  request = {std::string(*command), line};
  return State::whole;
}

Requests::State Requests::part(const std::string& line, Request& request, std::string& why) {
  if (!in_part_ && !line.starts_with("mcmd=spawn")) {
    why = "a multi-line command other than spawn";
    return State::fault;
  }
  in_part_ = true;
  if (is_cut(line))
    refused_ =
        "an argument has more than 64 KiB, too many for MPICH's PMI: pass the name of a file that "
        "holds it";
  else if (spawn_.size() + line.size() > longest_request)
    refused_ =
        "the arguments have more than 1 MiB in all, too many for hydra: pass the name of a file "
        "that holds them";
  else
    spawn_ += line;
  if (line.starts_with("totspawns=")) of_parts_ = number(line, "totspawns", 0);
  if (line != "endcmd\n") return State::more;
  in_part_ = false;
  if (++parts_ < of_parts_) return State::more;
  request = {"spawn", std::move(spawn_), std::move(refused_)};
  spawn_.clear();
  refused_.clear();
  parts_ = of_parts_ = 0;
  return State::whole;
}

}  // namespace relay::pmi
